/** An emulator of AWS: how it is reached, and what is particular to it. */
export type Emulator = {
  readonly id: string;
  readonly name: string;
  /** How it is started, in the words of a shell. */
  readonly start: string;
  /** The path that answers once it is up. */
  readonly healthPath: string;
  /** What the CDK's command line needs beside the endpoint. */
  readonly environment: Readonly<Record<string, string>>;
  /** Where the API answers, by the output `ApiUrl`. */
  readonly apiUrlOf: (apiUrl: string, endpoint: string) => string;
  /** How the end-to-end tests are told by which URL its functions reach this machine, if that is not its own. */
  readonly receiver: Readonly<Record<string, string>>;
};

const RECEIVER_PORT = '4567';

export const EMULATORS: readonly Emulator[] = [
  {
    id: 'ministack',
    name: 'MiniStack',
    start: 'pip install ministack==1.5.33 && BIND_HOST=127.0.0.1 ministack',
    healthPath: '/_ministack/health',
    environment: {},
    // The output has a name under localhost, which not every machine resolves.
    apiUrlOf: (apiUrl, endpoint) => `${endpoint}/_aws/execute-api/${new URL(apiUrl).hostname.split('.')[0]}`,
    receiver: {},
  },
  {
    id: 'localstack',
    name: 'LocalStack',
    start: 'LOCALSTACK_AUTH_TOKEN=… docker compose up',
    healthPath: '/_localstack/health',
    // The CDK puts a bucket's name into the host name, which LocalStack understands under this one alone.
    environment: { AWS_ENDPOINT_URL_S3: 'http://s3.localhost.localstack.cloud:4566' },
    apiUrlOf: (apiUrl) => apiUrl.replace(/\/$/, ''),
    receiver: {
      E2E_RECEIVER_URL: `http://host.docker.internal:${RECEIVER_PORT}`,
      E2E_RECEIVER_PORT: RECEIVER_PORT,
    },
  },
];

/** The settings of a stack on an emulator: retries that a test can wait for, receivers on this machine. */
export const EMULATOR_SETTINGS = {
  stage: 'dev',
  emulator: 'true',
  strictTargets: 'false',
  // The first leaves time to change something before it comes.
  retryDelaysSeconds: '10,5,5,5,5',
} as const;

/** The account that an emulator has where it is told of none. */
export const EMULATOR_ACCOUNT_ID = '000000000000';

/** Where an emulator answers, unless `AWS_ENDPOINT_URL` says otherwise, and as whom it is called. */
export function emulatorEnvironment({ AWS_ENDPOINT_URL: endpoint }: NodeJS.ProcessEnv) {
  return {
    AWS_ENDPOINT_URL: (endpoint || 'http://localhost:4566').replace(/\/$/, ''),
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
}

/** An environment without a trace of real accounts: a profile of the shell would go before the emulator's keys. */
export function withoutAws(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith('AWS_')));
}
