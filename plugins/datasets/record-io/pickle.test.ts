import { describe, expect, it } from 'vitest';
import { readPickle } from './pickle.ts';

// Made by Python 3.11: base64.b64encode(pickle.dumps(VALUE, PROTOCOL)).
const read = (base64: string): unknown => readPickle(Buffer.from(base64, 'base64'));
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

describe('readPickle', () => {
  it.each([
    ['3', 'gANdcQAoQwJhYnEBQwIA/3ECQwFjcQNoAWVdcQQoiIllhnEFLg=='],
    ['4', 'gASVHQAAAAAAAABdlChDAmFilEMCAP+UQwFjlGgBZV2UKIiJZYaULg=='],
    ['5', 'gAWVHQAAAAAAAABdlChDAmFilEMCAP+UQwFjlGgBZV2UKIiJZYaULg=='],
  ])('reads lists of bytes and truth values of protocol %s', (_, pickled) => {
    expect(read(pickled)).toEqual([
      [bytes('ab'), bytes('\x00\xff'), bytes('c'), bytes('ab')],
      [true, false],
    ]);
  });

  it('reads what Python 2 wrote: strings that are bytes', () => {
    expect(readPickle(bytes('\x80\x02]q\x00(U\x03a\xffbq\x01T\x02\x00\x00\x00cdh\x01e]q\x02(\x88\x89e\x86.'))).toEqual([
      [bytes('a\xffb'), bytes('cd'), bytes('a\xffb')],
      [true, false],
    ]);
  });

  it("reads protocol 0's lines", () => expect(readPickle(bytes('(lp0\nI01\naI00\naI7\na.'))).toEqual([true, false, 7]));

  it('reads plain values of every length', () => {
    const found = read(
      `gASVhQEAAAAAAABdlChOiEv/Tf//Sv////+KBgAAAAAAAYoFAAAAAP5HP/gAAAAAAACMBHRleHSUKUsBhZRLAUsChpRLAUsCSwOHlChLAUsCSwNLBHSUQiwBAAB5${'eXl5'.repeat(99)}eXmUXZRLAGFlLg==`,
    );
    expect(found).toEqual([
      null,
      true,
      255,
      65535,
      -1,
      2 ** 40,
      -(2 ** 33),
      1.5,
      'text',
      [],
      [1],
      [1, 2],
      [1, 2, 3],
      [1, 2, 3, 4],
      bytes('y'.repeat(300)),
      [0],
    ]);
  });

  it.each([
    // ([b'a'], [E()]) with E.__reduce__ giving os.system and a command
    [
      'a call by STACK_GLOBAL',
      'gASVOQAAAAAAAABdlEMBYZRhXZSMBXBvc2l4lIwGc3lzdGVtlJOUjBJlY2hvIHB3bmVkID4gcHduZWSUhZRSlGGGlC4=',
      /asks Python to import or call posix\.system \(STACK_GLOBAL at byte 37\)/,
    ],
    [
      'a call by GLOBAL',
      'KChscDAKY19jb2RlY3MKZW5jb2RlCnAxCihWYQpwMgpWbGF0aW4xCnAzCnRwNApScDUKYShscDYKY3Bvc2l4CnN5c3RlbQpwNwooVmVjaG8gcHduZWQgPiBwd25lZApwOAp0cDkKUnAxMAphdHAxMQou',
      /asks Python to import or call _codecs\.encode \(GLOBAL/,
    ],
    ['a call of what it has', Buffer.from('\x80\x02]]R.', 'latin1').toString('base64'), /REDUCE at byte 4/],
    [
      'an operation of no plain data',
      Buffer.from('\x80\x04}.', 'latin1').toString('base64'),
      /has the operation 0x7d at byte 2/,
    ],
  ])('refuses %s', (_, pickled, message) => {
    expect(() => read(pickled)).toThrow(message);
  });

  it('refuses a pickle cut off at any byte', () => {
    const whole = Buffer.from('gASVHQAAAAAAAABdlChDAmFilEMCAP+UQwFjlGgBZV2UKIiJZYaULg==', 'base64');
    for (let length = 0; length < whole.length; length++)
      expect(() => readPickle(whole.subarray(0, length)), `${length} bytes`).toThrow('its pickle ends');
  });

  it.each([
    ['pops nothing', '.'],
    ['recalls nothing', 'h\x05.'],
    ['ends a list never begun', 'e.'],
    ['adds to a number', 'K\x01K\x02a.'],
  ])('refuses one that %s', (_, text) => {
    expect(() => readPickle(bytes(text))).toThrow('its pickle');
  });
});
