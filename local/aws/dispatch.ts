import type { AwsService, ServiceName } from './call.ts';

/**
 * The one way to the AWS services of a runtime: every call takes it, from functions, from outside, and those that
 * Scheduler makes.
 */
export function createDispatch(services: Readonly<Record<ServiceName, AwsService>>): AwsService {
  return (call) => services[call.service](call);
}
