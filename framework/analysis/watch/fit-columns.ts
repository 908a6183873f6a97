import stringWidth from 'string-width';

const segmenter = new Intl.Segmenter();

/**
 * Brings a text to exactly `width` columns of a terminal, where many signs of Asia and emoji take two: cut with an
 * ellipsis, filled with spaces. Control signs, which would garble a terminal, are dropped.
 */
export function fitColumns(text: string, width: number): string {
  const plain = text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, '');
  const whole = stringWidth(plain);
  if (whole <= width) return plain + ' '.repeat(width - whole);
  let [cut, used] = ['', 0];
  for (const { segment } of segmenter.segment(plain)) {
    const next = used + stringWidth(segment);
    if (next > width - 1) break;
    cut += segment;
    used = next;
  }
  return `${cut}…${' '.repeat(width - 1 - used)}`;
}
