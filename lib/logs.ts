import { RemovalPolicy } from 'aws-cdk-lib';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { Settings } from './config.ts';

/** A log group, kept as long as the settings say, and not where the stack could not be created. */
export class Logs extends LogGroup {
  constructor(scope: Construct, id: string, { logRetentionDays, keepOnDelete }: Settings) {
    super(scope, id, {
      retention: logRetentionDays,
      removalPolicy: keepOnDelete ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY,
    });
  }
}
