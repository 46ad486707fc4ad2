import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '..');

type SynthesizeOptions = {
  readonly stage: string;
  readonly outputDirectory: string;
  /** Settings of the app, as `-c name=value` would give them. */
  readonly context: Readonly<Record<string, string>>;
};

/** What the CDK's command line gives an app beside the user's own settings; the first is how assets are found. */
const CLI_CONTEXT = {
  'aws:cdk:enable-asset-metadata': true,
  'aws:cdk:enable-path-metadata': true,
  'aws:cdk:bundling-stacks': ['**'],
};

/**
 * Keeps the CDK off the network, and from holding the template against CloudFormation's rules, which takes as long as
 * all else: this one is never deployed. The tests of the stack do it, and `cdk deploy`.
 */
const OFFLINE = {
  AWS_EC2_METADATA_DISABLED: 'true',
  CDK_DISABLE_CLI_TELEMETRY: 'true',
  CDK_DISABLE_VERSION_CHECK: '1',
  CDK_VALIDATION: 'false',
};

/**
 * Has the CDK app write its cloud assembly, without the CDK's command line, which takes longer to start than to work.
 * @throws Error with what the app said where it fails
 */
export async function synthesize({ stage, outputDirectory, context }: SynthesizeOptions): Promise<void> {
  const settings = { ...CLI_CONTEXT, ...(await readProjectContext()), ...context, stage };
  await runApp({
    ...process.env,
    ...OFFLINE,
    CDK_OUTDIR: outputDirectory,
    CDK_CONTEXT_JSON: JSON.stringify(settings),
  });
}

/** The `context` of cdk.json, which the command line would have passed on. */
async function readProjectContext(): Promise<object> {
  const { context = {} } = JSON.parse(await readFile(join(PROJECT, 'cdk.json'), 'utf8')) as {
    context?: object;
  };
  return context;
}

function runApp(env: NodeJS.ProcessEnv): Promise<void> {
  const app = spawn(process.execPath, ['--import', 'tsx', join('bin', 'app.ts')], {
    cwd: PROJECT,
    env,
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let said = '';
  app.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  return new Promise((resolve, reject) => {
    app.on('error', reject);
    app.on('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`the CDK app failed:\n${said}`));
    });
  });
}
