/**
 * existingMoment: the moment that an ISO text with a year of four digits names, in milliseconds. Date.parse turns the 30th of February into
 * the 2nd of March, so a schedule or a start would silently be another one than the text says.
 */

const kafkaDatePattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) ([+-]\d\d)(\d\d)$/;

/** Reads a date as StateFun writes it; undefined for another form, and when there is no such moment. */
export function kafkaDateMs(text: string): number | undefined {
  const match = kafkaDatePattern.exec(text);
  return match === null ? undefined : existingMoment(`${match[1]}T${match[2]}${match[3]}:${match[4]}`);
}

/** Returns undefined when there is no such moment. */
export function existingMoment(text: string): number | undefined {
  const ms = Date.parse(text);
  const day = text.slice(0, 10);
  const isDay = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(ms) || Number.isNaN(isDay.getTime())) return undefined;
  return isDay.toISOString().startsWith(day) ? ms : undefined;
}
