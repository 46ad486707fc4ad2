import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { isIP, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** Has `watch` see every connection of this process before it is begun, until the test is over. */
function watchConnections(watch: (socket: Socket) => void) {
  const listener = (message: unknown) => watch((message as { socket: Socket }).socket);
  subscribe('net.client.socket', listener);
  onTestFinished(() => void unsubscribe('net.client.socket', listener));
}

/** The connections that this process begins from now on, each by its own side of it. */
export function givenConnections(): Socket[] {
  const connections: Socket[] = [];
  watchConnections((socket) => connections.push(socket));
  return connections;
}

type Connecting = { readonly host: string; readonly port: number };

/** Runs `instead` in place of every try to connect; every place that was tried. */
function givenDetour(instead: (socket: Socket, goOn: () => void, options: Connecting) => void): string[] {
  const tried: string[] = [];
  watchConnections((socket) => {
    const connect = socket.connect.bind(socket) as (args: unknown) => Socket;
    // `net.connect` passes what it has made of its arguments: an array whose first member is an object.
    const detour = (args: [Connecting]) => {
      tried.push(`${args[0].host} ${args[0].port}`);
      instead(socket, () => void connect(args), args[0]);
      return socket;
    };
    Object.assign(socket, { connect: detour });
  });
  return tried;
}

/** A machine without a network: whoever connects to an address is refused. Every place that was tried. */
export const givenNoNetwork = () =>
  givenDetour((socket, goOn, { host }) => {
    if (!isIP(host)) goOn();
    else socket.destroy(Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));
  });

/** A network that leads whoever connects, wherever to, to this port of this machine. Every place that was tried. */
export const givenCrookedNetwork = (port: number) =>
  givenDetour((_, goOn, options) => {
    Object.assign(options, { host: '127.0.0.1', port });
    goOn();
  });
