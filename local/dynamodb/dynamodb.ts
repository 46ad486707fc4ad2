import { EventEmitter, once } from 'node:events';
import type { Server } from 'node:http';
import dynalite from 'dynalite';
import type { AwsAnswer, AwsCall, AwsService } from '../aws/call.ts';
import { insertEach } from './insert.ts';
import { rebuildIndexes } from './rebuild-indexes.ts';

/** DynamoDB by dynalite: tables at once instead of after AWS's half a second. */
export class DynamoDb {
  readonly #server: Server;
  readonly #underWay = new Set<Promise<AwsAnswer>>();

  private constructor(server: Server) {
    this.#server = server;
  }

  /**
   * Opens the store.
   * @param path folder of the tables; in memory where absent
   */
  static async open(path: string | undefined): Promise<DynamoDb> {
    if (path) await rebuildIndexes(path);
    const server = dynalite({ ...(path && { path }), createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
    // dynalite closes its store only as a server that listens, so it does, and nobody calls.
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new DynamoDb(server);
  }

  readonly answer: AwsService = async (call) => {
    const answer =
      call.operation === 'BatchExecuteStatement' ? insertEach(call, this.#handOver) : this.#handOver(call);
    this.#underWay.add(answer);
    try {
      return await answer;
    } finally {
      this.#underWay.delete(answer);
    }
  };

  /** Closes the store once nothing is under way: dynalite throws where nobody can catch when it is gone before. */
  async close(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
    await new Promise<void>((resolve, reject) => {
      this.#server.close((error) => (error ? reject(error) : resolve()));
    });
  }

  /** To dynalite's request handler, without a socket in between. */
  readonly #handOver: AwsService = (call) =>
    new Promise((resolve) => {
      const request = new DynaliteRequest(call);
      this.#server.emit('request', request, new DynaliteResponse(resolve));
      request.emit('data', Buffer.from(call.body));
      request.emit('end');
    });
}

/** As much of a request as dynalite looks at. */
class DynaliteRequest extends EventEmitter {
  readonly method: string;
  readonly url: string;
  readonly headers: AwsCall['headers'];

  constructor({ method, url, headers }: AwsCall) {
    super();
    this.method = method;
    this.url = url;
    this.headers = headers;
  }
}

/** As much of a response as dynalite writes to. */
class DynaliteResponse {
  statusCode = 200;
  readonly #headers: Record<string, string> = {};
  readonly #resolve: (answer: AwsAnswer) => void;

  constructor(resolve: (answer: AwsAnswer) => void) {
    this.#resolve = resolve;
  }

  setHeader(name: string, value: string | number): void {
    this.#headers[name] = String(value);
  }

  end(body = ''): void {
    this.#resolve({ status: this.statusCode, headers: this.#headers, body });
  }
}
