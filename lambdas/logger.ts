import { LogFormatter, Logger, LogItem } from '@aws-lambda-powertools/logger';

/** What Powertools gives a formatter. */
type Attributes = Parameters<LogFormatter['formatAttributes']>;

/**
 * The lines of the log, without what says nothing new: each byte is paid for, in every attempt. The level, whose
 * function it was and Lambda's trace are told where something went wrong: else each message is of one function, which
 * has a log group of its own, and Lambda takes a line without a level for INFO ("Log-level filtering", Lambda Developer
 * Guide).
 */
class LineFormatter extends LogFormatter {
  override formatAttributes(...[line, more]: Attributes): LogItem {
    const { logLevel: level, message, timestamp, serviceName: service, xRayTraceId } = line;
    const origin = level === 'INFO' ? {} : { level, service, xray_trace_id: xRayTraceId };
    const attributes = { message, timestamp: this.formatTimestamp(timestamp), ...origin, ...more };
    return new LogItem({ attributes });
  }
}

/** The structured JSON log of a function. Never given secrets, payloads, URLs or keys. */
export const logger = new Logger({ logFormatter: new LineFormatter() });
