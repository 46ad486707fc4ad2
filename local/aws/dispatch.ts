import type { AwsAnswer, AwsCall, AwsService, ServiceName } from './call.ts';

/** What every call passes on its way: it answers by itself, or passes the call on and may look at the answer. */
export type Interceptor = (call: AwsCall, next: AwsService) => Promise<AwsAnswer>;

/**
 * The one way to the AWS services of a runtime: every call takes it, from functions, from outside, and those that
 * Scheduler makes. It passes the interceptors in their order, and then its service.
 */
export function createDispatch(
  services: Readonly<Record<ServiceName, AwsService>>,
  interceptors: readonly Interceptor[] = [],
): AwsService {
  const serve: AwsService = (call) => services[call.service](call);
  return interceptors.reduceRight<AwsService>((next, intercept) => (call) => intercept(call, next), serve);
}
