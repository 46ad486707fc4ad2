import { postJson } from './post-json.js';

/**
 * Tells a Slack channel of thoughts that are tagged `team`. The channel is the one that the incoming webhook was
 * made for: https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 *
 * @param {string} url
 * @returns {import('./choose.js').Integration}
 */
export const notifySlack = (url) => async (event) => {
  if (event.event !== 'thought.created') return;

  const { thought, user_id } = event.data;
  if (thought.tags.includes('team')) {
    await postJson(url, { text: escapeText(`New team thought: ${thought.content} (by ${user_id})`) });
  }
};

/**
 * Slack reads `<!channel>` and links into a text unless these three are escaped.
 * @param {string} text
 */
const escapeText = (text) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
