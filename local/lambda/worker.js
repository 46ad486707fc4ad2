/**
 * What runs in the thread of one function instance: loads the handler and calls it for each event, one at a time, as
 * Lambda's own bootstrap does. Plain JavaScript, so that a thread needs no loader.
 */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';

/**
 * @typedef {import('./instance.ts').InstanceData} InstanceData
 * @typedef {import('./instance.ts').InvokeRequest} InvokeRequest
 * @typedef {import('./instance.ts').InvokeReply} InvokeReply
 * @typedef {import('./instance.ts').ExitRequest} ExitRequest
 * @typedef {(event: unknown, context: object) => unknown} Handler
 */

const data = /** @type {InstanceData} */ (workerData);
const port = /** @type {import('node:worker_threads').MessagePort} */ (parentPort);

useClockOf(data.clockOffset);
const handle = await loadHandler(data);
port.on('message', (/** @type {InvokeRequest | ExitRequest} */ request) => {
  if (request === 'exit') process.exit();
  void invoke(request).then(reply);
});
port.postMessage('ready');

/** @param {InvokeReply} message */
function reply(message) {
  port.postMessage(message);
}

/**
 * Has `Date` tell the runtime's time. Timers stay real.
 * @param {SharedArrayBuffer} sharedOffset
 */
function useClockOf(sharedOffset) {
  const offset = new BigInt64Array(sharedOffset);
  const RealDate = Date;
  const realNow = RealDate.now;
  const now = () => realNow() + Number(Atomics.load(offset, 0));
  RealDate.now = now;
  const RuntimeDate = new Proxy(RealDate, {
    apply: () => new RealDate(now()).toString(),
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length > 0 ? args : [now()], newTarget),
  });
  RealDate.prototype.constructor = RuntimeDate;
  globalThis.Date = RuntimeDate;
}

/**
 * @param {InstanceData} data
 * @returns {Promise<Handler>}
 */
async function loadHandler({ assetPath, handler }) {
  const dot = handler.lastIndexOf('.');
  const files = ['.mjs', '.js', '.cjs'].map((ending) => join(assetPath, handler.slice(0, dot) + ending));
  const file = files.find((path) => existsSync(path));
  if (!file) throw runtimeError('Runtime.ImportModuleError', `Cannot find module '${handler.slice(0, dot)}'`);
  const loaded = await import(pathToFileURL(file).href);
  const name = handler.slice(dot + 1);
  const found = loaded[name] ?? loaded.default?.[name];
  if (typeof found !== 'function') {
    throw runtimeError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  return found;
}

/**
 * @param {string} name
 * @param {string} message
 */
function runtimeError(name, message) {
  return Object.assign(new Error(message), { name });
}

/**
 * @param {InvokeRequest} request
 * @returns {Promise<InvokeReply>}
 */
async function invoke(request) {
  const startedAt = performance.now();
  const cpuBefore = readCpuMs();
  const outcome = await callHandler(request);
  const times = { durationMs: performance.now() - startedAt, cpuMs: readCpuMs() - cpuBefore };
  return { ...outcome, times };
}

/** The CPU time of this thread, in ms: as Linux tells it, elsewhere how long its event loop was busy. */
function readCpuMs() {
  const file = '/proc/thread-self/schedstat';
  if (!existsSync(file)) return performance.eventLoopUtilization().active;
  return Number(readFileSync(file, 'latin1').split(' ')[0]) / 1e6;
}

/** @param {InvokeRequest} request */
async function callHandler({ requestId, event, timeoutMs }) {
  const deadline = performance.now() + timeoutMs;
  try {
    const result = await handle(JSON.parse(event), {
      ...data.context,
      awsRequestId: requestId,
      callbackWaitsForEmptyEventLoop: true,
      getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    });
    return { result: JSON.stringify(result) ?? 'null' };
  } catch (error) {
    return { error: describeError(error) };
  }
}

/**
 * As Lambda reports what a handler threw.
 * @param {unknown} thrown
 */
function describeError(thrown) {
  if (!(thrown instanceof Error))
    return { errorType: typeof thrown, errorMessage: String(thrown), trace: [] };
  const trace = (thrown.stack ?? '').split('\n');
  return { errorType: thrown.name, errorMessage: thrown.message, trace };
}
