// @ts-check
/** Makes photos small on the phone before they are sent: at most 1600 px, JPEG. The server still checks and re-encodes. */

const EDGE = 1600;
const QUALITY = 0.72;
const MOST = 4;

/** @param {File} file @returns {Promise<File>} the same picture, smaller, or the file itself if it cannot be read here */
export async function shrink(file) {
  if (!file.type.startsWith("image/") || file.type === "image/gif" || typeof createImageBitmap !== "function") return file;
  try {
    const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
    const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
    const canvas = document.createElement("canvas");
    canvas.width = Math.max(1, Math.round(picture.width * scale));
    canvas.height = Math.max(1, Math.round(picture.height * scale));
    canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    /** @type {Blob | null} */
    const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
    if (!blob || blob.size >= file.size) return file;
    return new File([blob], file.name.replace(/\.\w+$/, "") + ".jpg", { type: "image/jpeg" });
  } catch {
    return file;
  }
}

/**
 * Watches every file field marked data-shrink.
 * @param {DOMStringMap} words texts of the page
 * @param {(text: string) => void} say tells people what happened
 */
export function shrinkAll(words, say) {
  for (const item of document.querySelectorAll("input[data-shrink]")) {
    const field = /** @type {HTMLInputElement} */ (item);
    field.addEventListener("change", async () => {
      const chosen = [...(field.files ?? [])];
      if (!chosen.length || typeof DataTransfer !== "function") return;
      const basket = new DataTransfer();
      for (const file of chosen.slice(0, MOST)) basket.items.add(await shrink(file));
      field.files = basket.files;
      say((chosen.length > MOST ? words.photosMany : words.photosSmaller) ?? "");
    });
  }
}
