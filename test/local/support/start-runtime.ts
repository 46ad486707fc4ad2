/**
 * A runtime in a process of its own, which a test can kill: prints its URL, outputs and environment as JSON, and is
 * stopped by SIGTERM, after which nothing keeps the process alive.
 */
import { start } from '../../../local/runtime.ts';

const [assemblyDirectory = '', dataDirectory = ''] = process.argv.slice(2);
const runtime = await start({ assemblyDirectory, dataDirectory, port: 0 });
process.once('SIGTERM', () => void runtime.stop());
process.stdout.write(`${JSON.stringify(runtime)}\n`);
