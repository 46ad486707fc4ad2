import { defineCommand } from '../command.ts';

const ranges = defineCommand({
  summary: 'shows the addresses that webhooks are called from; needs no key',
  takes: [],
  options: {},
  examples: [['cathcr-webhooks ip-ranges', 'for the firewall of your receiver']],
  run: async ({ api, json, print }) => {
    const { text, body } = await api()<{ ip_ranges: string[] }>('GET', '/ip-ranges');
    print(json ? text : body.ip_ranges.join('\n'));
  },
});

const openapi = defineCommand({
  summary: 'prints the OpenAPI document of the API; needs no key',
  takes: [],
  options: {},
  examples: [["cathcr-webhooks openapi | jq -r '.paths | keys[]'", 'every path']],
  run: async ({ api, print }) => print((await api()<object>('GET', '/openapi.json')).text),
});

export const PUBLIC_COMMANDS = { 'ip-ranges': ranges, openapi };
