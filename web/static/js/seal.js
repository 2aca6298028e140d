// @ts-check
/**
 * Sealing a secret ballot on the voter's device: choice and code, filled up to one length, for the key of this question
 * and this row of its roll. The server stores what comes out and cannot read it. The form is in server/PROTOCOL.md.
 */

const LETTERS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CODE_LENGTH = 8;
const PADDED = 128;

/** @returns {boolean} WebCrypto exists in a secure context only; elsewhere the server has to seal */
export function canSeal() {
  return window.isSecureContext && Boolean(window.crypto?.subtle);
}

/** @returns {string} a new code that a person can read out */
export function makeCode() {
  return Array.from(crypto.getRandomValues(new Uint8Array(CODE_LENGTH)), (byte) => LETTERS[byte & 31]).join("");
}

/**
 * @param {string} key public half of the box's key: SPKI, base64 @param {string} label @param {string} choice
 * @param {string} code @returns {Promise<string>} the sealed ballot, base64
 */
export async function seal(key, label, choice, code) {
  const spki = Uint8Array.from(atob(key), (letter) => letter.charCodeAt(0));
  const algorithm = { name: "RSA-OAEP", hash: "SHA-256" };
  const box = await crypto.subtle.importKey("spki", spki, algorithm, false, ["encrypt"]);
  const bytes = new TextEncoder();
  const slip = bytes.encode(JSON.stringify({ choice, code }).padEnd(PADDED));
  const sealed = await crypto.subtle.encrypt({ name: "RSA-OAEP", label: bytes.encode(label) }, box, slip);
  return btoa(String.fromCharCode(...new Uint8Array(sealed)));
}
