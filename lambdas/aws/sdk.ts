/**
 * How every AWS client waits: a call that hangs is given up and tried again within the time that a function has, and
 * does not take the function with it.
 */
export const SDK_CONFIG = {
  maxAttempts: 4,
  requestHandler: { connectionTimeout: 1000, requestTimeout: 4000, throwOnRequestTimeout: true },
};
