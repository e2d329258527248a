/** A random UUID (version 4, RFC 9562). `crypto.randomUUID` is missing on plain-HTTP hosts, so it is not used. */
export function newSubmissionId(): string {
  const random = Array.from(crypto.getRandomValues(new Uint8Array(16)), hexPair).join("");
  const variant = "89ab"[Number.parseInt(random.charAt(16), 16) % 4];
  return [
    random.slice(0, 8),
    random.slice(8, 12),
    `4${random.slice(13, 16)}`,
    `${variant}${random.slice(17, 20)}`,
    random.slice(20),
  ].join("-");
}

function hexPair(byte: number): string {
  return byte.toString(16).padStart(2, "0");
}
