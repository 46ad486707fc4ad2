/** A runtime in a process of its own: prints how to reach it as a line of JSON, and runs until it is killed. */
import { start } from '../local/runtime.ts';

const [assemblyDirectory = '', dataDirectory = ''] = process.argv.slice(2);
const { url, outputs, environment } = await start({ assemblyDirectory, dataDirectory, port: 0 });
process.stdout.write(`${JSON.stringify({ url, outputs, environment })}\n`);
