/** The headers of a request: the web's own `Headers`, or an object of them as Node and Lambda have it. */
export type RequestHeaders =
  | { get(name: string): string | null | undefined }
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** One header by its name in lower case; undefined where it is missing or empty. */
export function findHeader(headers: RequestHeaders, name: string): string | undefined {
  if (typeof headers.get === 'function') return headers.get(name) || undefined;
  const found = Object.entries(headers).find(([key]) => key.toLowerCase() === name)?.[1];
  return (typeof found === 'string' ? found : found?.join(', ')) || undefined;
}
