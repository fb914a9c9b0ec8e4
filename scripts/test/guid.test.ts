import { expect, test } from 'vitest';
import { guidOf } from '../../web/app/inventory/guid.ts';

test('the GUID of a directory is written as its tools write it', () => {
  // bytes 00 to 0f: the first three fields are little-endian
  expect(guidOf('AAECAwQFBgcICQoLDA0ODw==')).toBe('03020100-0504-0706-0809-0a0b0c0d0e0f');
  expect(guidOf('VKzYZ1C+IkSZxIWlrW5ITg==')).toBe('67d8ac54-be50-4422-99c4-85a5ad6e484e');
});

test('what is none stays as it is', () => {
  for (const id of ['', '005x0000001', 'uid=ada,ou=people', 'AAECAwQFBgcICQoLDA0O', '=HYPERLINK("x")']) {
    expect(guidOf(id)).toBeNull();
  }
});
