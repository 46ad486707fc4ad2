/** What a client of AWS's SDK is told instead of leaving it to the process's own environment: an account's variables. */
export const clientConfigOf = (environment: Readonly<Record<string, string | undefined>>) => ({
  endpoint: environment.AWS_ENDPOINT_URL,
  region: environment.AWS_REGION,
  credentials: {
    accessKeyId: environment.AWS_ACCESS_KEY_ID ?? '',
    secretAccessKey: environment.AWS_SECRET_ACCESS_KEY ?? '',
  },
});
