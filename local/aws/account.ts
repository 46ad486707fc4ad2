/** The account and place that everything of the runtime is in. */
export const ACCOUNT_ID = '000000000000';
export const REGION = 'us-east-1';
export const PARTITION = 'aws';
export const URL_SUFFIX = 'amazonaws.com';

/** Whose calls are those of tools and tests, and not of the stack. */
export const OPERATOR_ACCESS_KEY_ID = 'local';

/** `arn:aws:<service>:<region>:<account>:<resource>`. */
export function arnOf(service: string, resource: string): string {
  return `arn:${PARTITION}:${service}:${REGION}:${ACCOUNT_ID}:${resource}`;
}

/** The name of a function, from itself, its ARN, or an integration's URI with that in it. */
export function functionNameOf(nameOrArn: string): string {
  return /:function:([\w-]+)/.exec(nameOrArn)?.[1] ?? nameOrArn;
}

/** The name of a queue, from its ARN or its URL: the last part of either. */
export function queueNameOf(arnOrUrl: string): string {
  return arnOrUrl.split(/[:/]/).at(-1) ?? '';
}
