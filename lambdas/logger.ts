import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';

/** What Powertools gives a formatter. */
type Attributes = Parameters<LogFormatter['formatAttributes']>;

/**
 * The lines of the log, without what says nothing new: each byte is paid for, in every attempt. Lambda's trace is named
 * where something went wrong, and is found by the ids of the line else.
 */
class LineFormatter extends LogFormatter {
  override formatAttributes(...[line, more]: Attributes): LogItem {
    const { logLevel: level, message, timestamp, serviceName: service, xRayTraceId } = line;
    const xray_trace_id = level === 'INFO' ? undefined : xRayTraceId;
    const attributes = { level, message, timestamp: this.formatTimestamp(timestamp), service, xray_trace_id };
    return new LogItem({ attributes: { ...attributes, ...more } });
  }
}

/** The structured JSON log of a function. Never given secrets, payloads, URLs or keys. */
export const logger = new Logger({ logFormatter: new LineFormatter() });
