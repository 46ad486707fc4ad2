import { lookup as dnsLookup } from 'node:dns';
import * as http from 'node:http';
import * as https from 'node:https';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { isCallableAddress, type TargetPolicy } from '../../core/address-policy.ts';

/** How long a connection is kept for the next request to its host: ms. Each one holds a file descriptor. */
const IDLE_TIMEOUT_MS = 10_000;

/** An address that may not be called: refused before a byte goes out. */
export class AddressRefusedError extends Error {
  override name = 'AddressRefusedError';
}

const refuse = (address: string | undefined) =>
  new AddressRefusedError(`${address ?? 'an unknown address'} may not be called`);

/** A lookup that fails unless every address of the name may be called. */
const createLookup =
  (policy: TargetPolicy): LookupFunction =>
  (hostname, _options, callback) => {
    dnsLookup(hostname, { all: true, family: 4 }, (error, addresses) => {
      const refused = addresses?.find(({ address }) => !isCallableAddress(address, policy));
      const first = addresses?.[0];
      if (error) callback(error, '');
      else if (refused || !first) callback(refuse(refused?.address), '');
      else callback(null, first.address, first.family);
    });
  };

type Connect = (options: ConnectOptions, done: (error: Error | null, socket?: Socket) => void) => void;
type ConnectOptions = { host: string; port: number; servername?: string };

const startTls = (socket: Socket, host: string, servername = host) =>
  connectTls({ socket, host, servername: isIP(host) ? '' : servername, ALPNProtocols: ['http/1.1'] });

/**
 * A function that connects to public addresses alone: it checks every address that the name resolves to, a literal
 * (for which Node makes no lookup), and the peer that it has reached, before anything is sent to it.
 */
const createConnect = (policy: TargetPolicy, connectTimeoutMs: number, isSecure: boolean): Connect => {
  const lookup = createLookup(policy);
  return ({ host, port, servername }, done) => {
    if (isIP(host) && !isCallableAddress(host, policy)) return done(refuse(host));
    const tcp = connectTcp({ host, port, lookup, family: 4, autoSelectFamily: false, noDelay: true });
    const giveUp = () =>
      tcp.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
    tcp.setTimeout(connectTimeoutMs, giveUp);
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

type AgentOptions = { readonly keepAlive: boolean; readonly connectTimeoutMs: number };

/** Agents that connect where `policy` allows alone. */
export function createAgents(policy: TargetPolicy, { keepAlive, connectTimeoutMs }: AgentOptions): Agents {
  const agentOptions = { keepAlive, timeout: IDLE_TIMEOUT_MS };
  return {
    secure: Object.assign(new https.Agent(agentOptions), {
      createConnection: createConnect(policy, connectTimeoutMs, true),
    }),
    plain: Object.assign(new http.Agent(agentOptions), {
      createConnection: createConnect(policy, connectTimeoutMs, false),
    }),
  };
}
