/** Spares a terminal the AWS SDK's notice that a later version of it will need a later Node. */
export function quietSdk() {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}
