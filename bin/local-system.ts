/** A system that runs on this machine: the outputs of its stack, and how AWS's clients find its services. */
type LocalSystem = {
  readonly outputs: Readonly<Record<string, string>>;
  readonly config: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
  };
};

/**
 * The system that answers at `url`, as it tells by itself.
 * @throws Error where nothing answers there
 */
export async function findLocalSystem(url: string): Promise<LocalSystem> {
  const response = await fetch(new URL('/_local/health', url)).catch((cause) => {
    throw new Error(`nothing answers at ${url}`, { cause });
  });
  const { outputs } = (await response.json()) as Pick<LocalSystem, 'outputs'>;
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' };
  return { outputs, config: { endpoint: url, region: 'us-east-1', credentials } };
}
