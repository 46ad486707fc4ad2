/** How long an outside service may take: ms. */
const TIMEOUT_MS = 10_000;

/**
 * Posts JSON to an outside service, and fails unless it answers 2xx.
 * @param {string} url
 * @param {object} body
 * @param {Record<string, string>} [headers]
 */
export async function postJson(url, body, headers = {}) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  if (!response.ok) throw new Error(`${new URL(url).host} answered ${response.status}`);
}
