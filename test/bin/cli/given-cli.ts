import type { Api } from '../../../bin/cli/api.ts';
import type { Session } from '../../../bin/cli/command.ts';
import { type Invocation, readCommandLine } from '../../../bin/cli/command-line.ts';

type Request = { readonly method: string; readonly path: string; readonly body: unknown };
/** What goes with a request: its body as it was written, and its headers. */
type Sent = NonNullable<Parameters<Api>[2]>;
type Answer = (request: Request) => object;

/** What a command line does with an API that answers so; on a terminal, where that is asked for. */
export function givenCli(
  answer: Answer,
  { isTerminal = false, signal = new AbortController().signal, input = '' } = {},
) {
  const [requests, printed, told, drawn]: [Request[], string[], string[], string[]] = [[], [], [], []];
  const sent: Sent[] = [];
  const api: Api = async (method, path, given = {}) => {
    const { body } = given;
    sent.push(given);
    const request = { method, path, body: body === undefined ? undefined : JSON.parse(body) };
    requests.push(request);
    const answered = answer(request);
    return { text: JSON.stringify(answered), body: answered as never };
  };
  const session: Omit<Session, 'json'> = {
    api: () => api,
    signal,
    now: () => Date.parse('2024-01-15T10:30:00Z'),
    readInput: async () => input,
    confirm: async () => true,
    print: (line) => void printed.push(line),
    tell: (line) => void told.push(line),
    redraw: isTerminal ? (line) => void drawn.push(line) : undefined,
  };
  const run = async (...argv: string[]) => {
    const { command, args, values, json } = readCommandLine(argv) as Invocation;
    await command.run({ ...session, json }, args, values);
  };
  return { run, requests, sent, printed, told, drawn };
}
