import { ACCOUNT_ID, arnOf, functionNameOf } from '../aws/account.ts';
import type { Authority } from '../iam/authority.ts';
import type { ApiSettings } from './settings.ts';

/** Why a function does not let API Gateway run it for a route; undefined where it does. */
export function refuseInvocation(
  authority: Authority,
  { apiId, stageName }: ApiSettings,
  { key, functionUri }: ApiSettings['routes'][number],
): string | undefined {
  const route = key === '$default' ? key : key.replace(' ', '');
  return authority.refuseService('apigateway.amazonaws.com', {
    action: 'lambda:InvokeFunction',
    resource: arnOf('lambda', `function:${functionNameOf(functionUri)}`),
    context: {
      'aws:SourceAccount': ACCOUNT_ID,
      'aws:SourceArn': arnOf('execute-api', `${apiId}/${stageName}/${route}`),
    },
  });
}
