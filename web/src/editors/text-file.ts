/** The beginning of a UTF-8 text; what follows `most` bytes is not loaded. */
export async function beginningOf(response: Response, most: number): Promise<{ text: string; cut: boolean }> {
  const reader = response.body?.getReader();
  if (reader === undefined) return { text: await response.text(), cut: false };
  const decoder = new TextDecoder();
  let text = "";
  for (let left = most; left > 0; ) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    text += decoder.decode(value.subarray(0, left), { stream: true });
    left -= value.byteLength;
  }
  const { done } = await reader.read();
  await reader.cancel();
  return { text, cut: !done };
}
