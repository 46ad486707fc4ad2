/**
 * A runtime in a process of its own: prints how to reach it as a line of JSON, and runs until it is killed. What its
 * functions warn of stands beside its data.
 */
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { start } from '../local/runtime.ts';

const [assemblyDirectory = '', dataDirectory = ''] = process.argv.slice(2);
const IS_WARNING = /"level":"(WARN|ERROR)"/;

await mkdir(dataDirectory, { recursive: true });
const warnings = createWriteStream(join(dataDirectory, 'warnings.log'), { flags: 'a' });
const { url, outputs, environment } = await start({
  assemblyDirectory,
  dataDirectory,
  port: 0,
  onFunctionLog: (name, line) => {
    if (IS_WARNING.test(line)) warnings.write(`${name} ${line}\n`);
  },
});
process.stdout.write(`${JSON.stringify({ url, outputs, environment })}\n`);
