import { Logger } from '@aws-lambda-powertools/logger';

/** The structured JSON log of a function. Never given secrets, payloads, URLs or keys. */
export const logger = new Logger();
