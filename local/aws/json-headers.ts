/** How services that speak AWS JSON tell its version: DynamoDB and SQS, and EventBridge. */
export const JSON_1_0 = { 'content-type': 'application/x-amz-json-1.0' };
export const JSON_1_1 = { 'content-type': 'application/x-amz-json-1.1' };
