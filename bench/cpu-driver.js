/**
 * Drives one function in a process of its own, so that its CPU time is all that is counted; `cpu.ts` starts it and
 * has the servers that it calls. It takes turns with a bare loop of the same requests, each signed with an HMAC and
 * sent over kept connections by Node's own client; and with that loop where it calls AWS by the SDK. Plain JavaScript:
 * a loader's hooks would be counted as well.
 */
import { createHmac } from 'node:crypto';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import * as http from 'node:http';
import { pathToFileURL } from 'node:url';

/**
 * @typedef {import('./cpu.ts').Task} Task
 * @typedef {import('./cpu.ts').BareRequest} BareRequest
 * @typedef {import('./cpu.ts').Driven} Driven
 * @typedef {import('./cpu.ts').Times} Times
 */

const agent = new http.Agent({ keepAlive: true });

/**
 * @param {BareRequest} request
 * @returns {Promise<void>}
 */
function post({ url, body }) {
  const signature = createHmac('sha256', 'secret').update(body).digest('hex');
  return new Promise((resolve, reject) => {
    const request = http.request(url, {
      method: 'POST',
      agent,
      headers: { 'content-type': 'application/json', 'x-signature': signature },
    });
    request.once('error', reject);
    request.once('response', (response) => response.resume().once('end', resolve));
    request.end(body);
  });
}

/**
 * @param {() => Promise<void>} act
 * @returns {Promise<Times>}
 */
async function time(act) {
  const cpuBefore = process.cpuUsage();
  const startedAt = performance.now();
  await act();
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wallMs: performance.now() - startedAt, cpuMs: (user + system) / 1000 };
}

/**
 * How many requests are made meanwhile, whoever makes them.
 * @param {() => Promise<void>} act
 * @returns {Promise<number>}
 */
async function countRequests(act) {
  let count = 0;
  const add = () => {
    count += 1;
  };
  subscribe('http.client.request.start', add);
  await act();
  unsubscribe('http.client.request.start', add);
  return count;
}

/**
 * The writes of rows as the function made them: the first alone, the others together, in as many requests.
 * @param {BareRequest} rowWrite
 * @param {number} requests
 * @param {number} rows
 * @returns {BareRequest[]}
 */
function groupRows(rowWrite, requests, rows) {
  const others = requests - 1;
  return Array.from({ length: requests }, (_, index) => {
    const share = Math.floor((rows - 1 + index - 1) / others);
    const own = others === 0 ? rows : index === 0 ? 1 : share;
    return { ...rowWrite, body: rowWrite.body.repeat(own), rows: own };
  });
}

/**
 * @param {Task} task
 * @returns {Promise<Driven>}
 */
async function drive(task) {
  const { modulePath, sdkCallsPath, events, rowWrite, rounds, warmUpRounds } = task;
  const { handler } = await import(pathToFileURL(modulePath).href);
  const { SDK_CALLS } = await import(pathToFileURL(sdkCallsPath).href);
  const runHandler = async () => {
    for (const event of events) {
      const { batchItemFailures } = await handler(event);
      if (batchItemFailures.length > 0) throw new Error('a batch failed');
    }
  };
  for (let round = 0; round < warmUpRounds; round += 1) await runHandler();
  const requestsPerBatch = (await countRequests(runHandler)) / events.length;
  if (task.requestsPerBatch !== undefined && requestsPerBatch !== task.requestsPerBatch) {
    throw new Error(`${requestsPerBatch} requests a batch, not ${task.requestsPerBatch}`);
  }
  const ofRows = Math.max(1, Math.round(requestsPerBatch) - task.steps.flat().length);
  const writes = rowWrite ? groupRows(rowWrite, ofRows, events[0]?.Records.length ?? 0) : [];
  const steps = [...task.steps.slice(0, -1), ...writes.map((write) => [write]), ...task.steps.slice(-1)];
  /** @param {(request: BareRequest) => Promise<unknown>} make */
  const runSteps = async (make) => {
    for (let batch = 0; batch < events.length; batch += 1) {
      for (const step of steps) await Promise.all(step.map(make));
    }
  };
  const call = (/** @type {BareRequest} */ request) =>
    request.call ? SDK_CALLS[request.call](request.rows) : post(request);
  const measured = [];
  for (let round = 0; round < warmUpRounds; round += 1) {
    await runSteps(post);
    await runSteps(call);
  }
  for (let round = 0; round < rounds; round += 1) {
    const handlerTimes = await time(runHandler);
    const bareTimes = await time(() => runSteps(post));
    const sdkTimes = await time(() => runSteps(call));
    measured.push({ handler: handlerTimes, bare: bareTimes, sdk: sdkTimes });
  }
  return { requestsPerBatch, rounds: measured };
}

process.once('message', (/** @type {Task} */ task) => {
  void drive(task).then((driven) => process.send?.(driven, () => process.disconnect()));
});
