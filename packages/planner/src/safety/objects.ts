/** @example objects(1) === '1 object', objects(2, 'carries', 'carry') === '2 objects carry' */
export const objects = (count: number, singular = '', plural = singular): string => {
  const verb = count === 1 ? singular : plural
  return `${count} ${count === 1 ? 'object' : 'objects'}${verb === '' ? '' : ` ${verb}`}`
}
