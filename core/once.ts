/** `build`, called when it is first asked for: whoever asks again gets the same. No cold start waits for it. */
export function once<T>(build: () => T): () => T {
  let built: { readonly value: T } | undefined;
  return () => {
    built ??= { value: build() };
    return built.value;
  };
}
