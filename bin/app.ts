import { App } from 'aws-cdk-lib';
import { readSettings } from '../lib/config.ts';
import { WebhooksStack } from '../lib/webhooks-stack.ts';

const app = new App();
const settings = readSettings(app.node.getAllContext());
new WebhooksStack(app, `CathcrWebhooks-${settings.stage}`, { settings });
