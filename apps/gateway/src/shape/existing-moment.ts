/**
 * existingMoment: the moment that an ISO text with four digits of the year names, in milliseconds. Date.parse makes the 2nd of March of a 30th of February, and a schedule
 * or a start would silently be another than the one that is written.
 */

const kafkaDatePattern = /^(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d\.\d{3}) ([+-]\d\d)(\d\d)$/;

/** Of a text as StateFun writes dates; undefined for another form and where there is no such moment. */
export function kafkaDateMs(text: string): number | undefined {
  const match = kafkaDatePattern.exec(text);
  return match === null ? undefined : existingMoment(`${match[1]}T${match[2]}${match[3]}:${match[4]}`);
}

/** Undefined where there is no such moment. */
export function existingMoment(text: string): number | undefined {
  const ms = Date.parse(text);
  const day = text.slice(0, 10);
  const isDay = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(ms) || Number.isNaN(isDay.getTime())) return undefined;
  return isDay.toISOString().startsWith(day) ? ms : undefined;
}
