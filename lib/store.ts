import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  type ITable,
  ProjectionType,
  Table,
  TableEncryption,
} from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import { UNDELIVERED_INDEX } from '../lambdas/env.ts';
import type { NodeFunction } from './node-function.ts';

/**
 * What DynamoDB asks of the key in a caller's name.
 * Source: DynamoDB guide, "Encryption at rest: how it works", authorizing use of your KMS key.
 */
const KEY_ACTIONS = ['Decrypt', 'DescribeKey', 'Encrypt', 'GenerateDataKey', 'ReEncryptFrom', 'ReEncryptTo'];

/** What functions do with the table. */
export const STORE_OPERATIONS = [
  'GetItem',
  'BatchGetItem',
  'Query',
  'PutItem',
  'UpdateItem',
  'DeleteItem',
] as const;
/** What a function may be let do: inserting by a statement besides, whose failures show in what is done instead. */
type StoreOperation = (typeof STORE_OPERATIONS)[number] | 'PartiQLInsert';

type StoreProps = {
  /** Whether the table and its key outlive the stack, and the table is protected from deletion. */
  readonly keepOnDelete: boolean;
  /** A table that is there, in place of one of the stack. */
  readonly tableName?: string | undefined;
};

/** Where webhooks, API keys, events, deliveries and attempts live: one table, rows that expire by themselves. */
export class Store extends Construct {
  readonly table: ITable;
  private readonly key: Key;

  constructor(scope: Construct, id: string, { keepOnDelete, tableName }: StoreProps) {
    super(scope, id);
    const removalPolicy = keepOnDelete ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    // Secrets of webhooks are in the table: who may read the table must be allowed to use the key as well.
    this.key = new Key(this, 'Key', {
      description: `${Stack.of(this).stackName}: the table, which holds the secrets of webhooks`,
      enableKeyRotation: true,
      removalPolicy,
    });
    this.table = tableName
      ? Table.fromTableName(this, 'GivenTable', tableName)
      : this.createTable(removalPolicy, keepOnDelete);
  }

  private createTable(removalPolicy: RemovalPolicy, deletionProtection: boolean): Table {
    const table = new Table(this, 'Table', {
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      timeToLiveAttribute: 'expires_at',
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      removalPolicy,
      deletionProtection,
    });
    table.addGlobalSecondaryIndex({
      indexName: UNDELIVERED_INDEX.name,
      partitionKey: { name: UNDELIVERED_INDEX.attribute, type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      projectionType: ProjectionType.INCLUDE,
      nonKeyAttributes: [...UNDELIVERED_INDEX.others],
    });
    return table;
  }

  /** Lets a function, which may use the table, ask its index what is undelivered. */
  grantQueryUndelivered(fn: NodeFunction): void {
    fn.allow(['dynamodb:Query'], `${this.table.tableArn}/index/${UNDELIVERED_INDEX.name}`);
  }

  /** Lets a function do exactly these operations on the table, and tells it the table's name. */
  grantUse(fn: NodeFunction, ...operations: readonly StoreOperation[]): void {
    fn.allow(
      operations.map((operation) => `dynamodb:${operation}`),
      this.table.tableArn,
    );
    fn.addToRolePolicy(
      new PolicyStatement({
        actions: KEY_ACTIONS.map((action) => `kms:${action}`),
        resources: [this.key.keyArn],
        conditions: {
          StringEquals: { 'kms:ViaService': `dynamodb.${Stack.of(this).region}.amazonaws.com` },
        },
      }),
    );
    fn.setEnv('TABLE_NAME', this.table.tableName);
  }
}
