import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, Table } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import type { NodeFunction } from './node-function.ts';

type StoreOperation = 'GetItem' | 'BatchGetItem' | 'Query' | 'PutItem' | 'UpdateItem' | 'DeleteItem';

type StoreProps = {
  /** Whether the table outlives the stack, and is protected from deletion. */
  readonly keepOnDelete: boolean;
};

/** Where webhooks, API keys, events, deliveries and attempts live: one table, rows that expire by themselves. */
export class Store extends Construct {
  readonly table: Table;

  constructor(scope: Construct, id: string, { keepOnDelete }: StoreProps) {
    super(scope, id);
    this.table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      removalPolicy: keepOnDelete ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      deletionProtection: keepOnDelete,
    });
  }

  /** Lets a function do exactly these operations on the table, and tells it the table's name. */
  grantUse(fn: NodeFunction, ...operations: readonly StoreOperation[]): void {
    fn.allow(
      operations.map((operation) => `dynamodb:${operation}`),
      this.table.tableArn,
    );
    fn.setEnv('TABLE_NAME', this.table.tableName);
  }
}
