/**
 * A function that reads one thing, by one that reads many: what is asked for at once, before anything else can
 * happen, is read together. Nobody waits for others to ask.
 * @param readAll a function that reads each of these keys
 */
export function gather<K extends readonly unknown[], T>(
  readAll: (keys: readonly K[]) => (key: K) => Promise<T>,
): (...key: K) => Promise<T> {
  let asked: K[] = [];
  let reading: Promise<(key: K) => Promise<T>> | undefined;
  const begin = () => {
    const keys = asked;
    asked = [];
    reading = undefined;
    return readAll(keys);
  };
  return async (...key) => {
    asked.push(key);
    reading ??= Promise.resolve().then(begin);
    return (await reading)(key);
  };
}
