import { Duration, Stack } from 'aws-cdk-lib';
import { HeadersFrameOption, HeadersReferrerPolicy, ResponseHeadersPolicy } from 'aws-cdk-lib/aws-cloudfront';
import type { Construct } from 'constructs';
import { accountWideName } from './account-wide-name.ts';
import type { Settings } from './config.ts';

/** What browsers would let a page have, and the dashboard has no use for. */
const DENIED_FEATURES = ['camera', 'microphone', 'geolocation', 'payment', 'usb', 'display-capture'];

/**
 * The headers that every answer of the dashboard carries: nothing from elsewhere, in no frame, over TLS alone.
 *
 * The address of the API is not known yet, as the API lets the distribution in, which has these headers. So they allow
 * the APIs of the region, and the page itself narrows that to the one (`dashboard/index.html`); both hold.
 */
export class SiteHeaders extends ResponseHeadersPolicy {
  constructor(scope: Construct, id: string, { domainName }: Settings) {
    const { region, urlSuffix, stackName } = Stack.of(scope);
    const apis = `https://${domainName ?? `*.execute-api.${region}.${urlSuffix}`}`;
    super(scope, id, {
      responseHeadersPolicyName: accountWideName(scope),
      comment: `${stackName}: the dashboard`,
      securityHeadersBehavior: {
        contentSecurityPolicy: { contentSecurityPolicy: contentSecurityPolicy(apis), override: true },
        strictTransportSecurity: { accessControlMaxAge: Duration.days(365), override: true },
        contentTypeOptions: { override: true },
        frameOptions: { frameOption: HeadersFrameOption.DENY, override: true },
        referrerPolicy: { referrerPolicy: HeadersReferrerPolicy.NO_REFERRER, override: true },
      },
      customHeadersBehavior: {
        customHeaders: [
          {
            header: 'permissions-policy',
            value: DENIED_FEATURES.map((feature) => `${feature}=()`).join(', '),
            override: true,
          },
          { header: 'cross-origin-opener-policy', value: 'same-origin', override: true },
        ],
      },
    });
  }
}

function contentSecurityPolicy(apis: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    `connect-src 'self' ${apis}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
