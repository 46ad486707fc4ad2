import * as http from 'node:http';
import * as https from 'node:https';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { callbackify } from 'node:util';
import { isCallableAddress, type TargetPolicy } from '../../core/address-policy.ts';
import type { LookupHost } from './resolve-host.ts';

/** How long a connection is kept for the next request to its host: ms. Each one holds a file descriptor. */
const IDLE_TIMEOUT_MS = 10_000;

/** An address that may not be called: refused before a byte goes out. */
export class AddressRefusedError extends Error {
  override name = 'AddressRefusedError';
}

const refuse = (address: string | undefined) =>
  new AddressRefusedError(`${address ?? 'an unknown address'} may not be called`);

/** A lookup that fails unless every address of the name may be called; it gives the first. */
function createLookup(policy: TargetPolicy, lookUp: LookupHost): LookupFunction {
  const find = callbackify(async (hostname: string) => {
    const addresses = await lookUp(hostname);
    const refused = addresses.find((address) => !isCallableAddress(address, policy));
    const [first] = addresses;
    if (refused !== undefined || first === undefined) throw refuse(refused);
    return first;
  });
  return (hostname, _options, callback) =>
    find(hostname, (error, address) => (error ? callback(error, '') : callback(null, address, 4)));
}

type Connect = (options: ConnectOptions, done: (error: Error | null, socket?: Socket) => void) => void;
type ConnectOptions = { host: string; port: number; servername?: string };

/** The name that TLS asks for: without the dot that may end it (RFC 6066, 3), and none for a literal address. */
const toServerName = (host: string, name: string) => (isIP(host) ? '' : name.replace(/\.$/, ''));

const startTls = (socket: Socket, host: string, name = host) =>
  connectTls({ socket, host, servername: toServerName(host, name), ALPNProtocols: ['http/1.1'] });

/**
 * A function that connects to public addresses alone: it checks every address that the name resolves to, a literal
 * (for which Node makes no lookup), and the peer that it has reached, before anything is sent to it.
 */
const createConnect = (policy: TargetPolicy, options: AgentOptions, isSecure: boolean): Connect => {
  const lookup = createLookup(policy, options.lookUp);
  return ({ host, port, servername }, done) => {
    if (isIP(host) && !isCallableAddress(host, policy)) return done(refuse(host));
    const tcp = connectTcp({ host, port, lookup, family: 4, autoSelectFamily: false, noDelay: true });
    const giveUp = () =>
      tcp.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    tcp.setTimeout(options.connectTimeoutMs, giveUp);
    tcp.once('error', done);
    tcp.once('connect', () => {
      tcp.off('error', done);
      tcp.off('timeout', giveUp);
      tcp.setTimeout(0);
      if (isCallableAddress(tcp.remoteAddress ?? '', policy)) {
        return done(null, isSecure ? startTls(tcp, host, servername) : tcp);
      }
      tcp.destroy();
      return done(refuse(tcp.remoteAddress));
    });
  };
};

/** What requests go out by, one for each scheme. */
export type Agents = { readonly secure: https.Agent; readonly plain: http.Agent };

type AgentOptions = {
  readonly keepAlive: boolean;
  readonly connectTimeoutMs: number;
  readonly lookUp: LookupHost;
};

const hangUp = function (this: Socket) {
  this.destroy();
};

/**
 * Has an agent keep no connection on which something comes unasked: it would be taken for the answer to the next
 * request. One that is kept stays with the address that it was opened to, whatever the name says meanwhile.
 */
function watchKept(agent: http.Agent) {
  const keep = agent.keepSocketAlive.bind(agent);
  const reuse = agent.reuseSocket.bind(agent);
  return Object.assign(agent, {
    keepSocketAlive: (socket: Socket) => keep(socket.once('data', hangUp)),
    reuseSocket: (socket: Socket, request: http.ClientRequest) => reuse(socket.off('data', hangUp), request),
  });
}

/** Agents that connect where `policy` allows alone. */
export function createAgents(policy: TargetPolicy, options: AgentOptions): Agents {
  const agentOptions = { keepAlive: options.keepAlive, timeout: IDLE_TIMEOUT_MS };
  const secure = Object.assign(new https.Agent(agentOptions), {
    createConnection: createConnect(policy, options, true),
  });
  const plain = Object.assign(new http.Agent(agentOptions), {
    createConnection: createConnect(policy, options, false),
  });
  watchKept(secure);
  watchKept(plain);
  return { secure, plain };
}
