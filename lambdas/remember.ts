/** `read`, asked once for each set of arguments: whoever asks again gets the same answer. For one batch. */
export function remember<A extends readonly string[], T>(
  read: (...key: A) => Promise<T>,
): (...key: A) => Promise<T> {
  const answers = new Map<string, Promise<T>>();
  return (...key) => {
    const name = JSON.stringify(key);
    const answer = answers.get(name) ?? read(...key);
    answers.set(name, answer);
    return answer;
  };
}
