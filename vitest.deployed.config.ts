import { defineConfig } from 'vitest/config';

/**
 * The end-to-end tests against a deployed system: one file after the other, for they share its users. A retry may be
 * a minute late on AWS, and a delivery has five.
 */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.test.ts'],
    globalSetup: ['test/e2e/deployed-setup.ts'],
    fileParallelism: false,
    isolate: false,
    testTimeout: 10 * 60_000,
    hookTimeout: 3 * 60_000,
    reporters: ['verbose'],
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
