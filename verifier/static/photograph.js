// Photographs of today's phones are larger than the service takes; a code is read from a smaller one as well.

const LOOKED_AT = 1024 * 1024; // bytes; below this no photograph is too large
const SIDE = 3000;

export async function fitting(file) {
  if (file.size < LOOKED_AT || !file.type.startsWith("image/")) return file;
  let picture;
  try {
    picture = await createImageBitmap(file);
  } catch {
    return file; // the service says what is wrong with it
  }
  const scale = Math.min(1, SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.9));
}
