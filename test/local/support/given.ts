import { onTestFinished } from 'vitest';
import { type Runtime, type RuntimeOptions, start } from '../../../local/runtime.ts';
import { type Fixture, removeDirectory, temporaryDirectory, writeAssembly } from './assembly.ts';

type GivenOptions = Partial<RuntimeOptions>;

/** What a test has: a runtime, what its functions wrote, and short ways to talk to it. */
export type Given = {
  runtime: Runtime;
  logs: string[];
  /** Sends a request to the runtime; a body that is no string goes out as JSON. */
  send: (method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Response>;
  /** The bodies that an inbox got, parsed. */
  inbox: (name: string) => Promise<any[]>;
  advance: (seconds: number) => Promise<number>;
};

/** A runtime for one test, on a port of its own, gone when the test ends. */
export async function givenRuntime(fixture: Fixture, options: GivenOptions = {}): Promise<Given> {
  const assemblyDirectory = await givenAssembly(fixture);
  const logs: string[] = [];
  const runtime = await start({
    assemblyDirectory,
    port: 0,
    onFunctionLog: (_name, line) => logs.push(line),
    ...options,
  });
  onTestFinished(() => runtime.stop());
  return { runtime, logs, ...talkTo(runtime.url) };
}

/** An assembly for one test. */
export async function givenAssembly(fixture: Fixture): Promise<string> {
  const directory = await writeAssembly(fixture);
  onTestFinished(() => removeDirectory(directory));
  return directory;
}

/** A folder for one test's data. */
export async function givenDirectory(): Promise<string> {
  const directory = await temporaryDirectory();
  onTestFinished(() => removeDirectory(directory));
  return directory;
}

async function readJson(response: Response): Promise<any> {
  return response.json();
}

export function talkTo(url: string): Pick<Given, 'send' | 'inbox' | 'advance'> {
  const send: Given['send'] = (method, path, body, headers = {}) =>
    fetch(url + path, {
      method,
      headers: body === undefined ? headers : { 'content-type': 'application/json', ...headers },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
  return {
    send,
    inbox: async (name) => {
      const requests = await readJson(await send('GET', `/_local/inbox/${name}/requests`));
      return requests.map(({ body }: { body: string }) => JSON.parse(body));
    },
    advance: async (seconds) =>
      (await readJson(await send('POST', '/_local/clock/advance', { seconds }))).fired,
  };
}
