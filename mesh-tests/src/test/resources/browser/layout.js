// What a reader would trip over on this page: gives sentences, none if all is well.
const problems = [];
const root = document.documentElement;
if (root.scrollWidth > innerWidth) problems.push(`${root.scrollWidth - innerWidth} px beyond the right edge`);

/** Where it can be seen: cut by what scrolls or hides around it. */
function seen(element) {
  let { left, top, right, bottom } = element.getBoundingClientRect();
  for (let around = element.parentElement; around && around !== root; around = around.parentElement) {
    const style = getComputedStyle(around);
    if (style.clipPath !== "none") return { width: 0, height: 0 };
    if (style.overflowY === "visible" || around === document.body) continue;
    const box = around.getBoundingClientRect();
    left = Math.max(left, box.left);
    top = Math.max(top, box.top);
    right = Math.min(right, box.right);
    bottom = Math.min(bottom, box.bottom);
  }
  return { left, top, right, bottom, width: right - left, height: bottom - top };
}

const hidden = (element) => getComputedStyle(element).clipPath !== "none" || !element.checkVisibility();
const named = (element) => `${element.tagName.toLowerCase()} "${(element.textContent || element.value || element.id).slice(0, 30)}"`;
const selector = "a, button, input, textarea, h1, h2, p, dt, dd, time, li > span, summary, .status, .latency, .count, label";
const boxes = [...document.querySelectorAll(selector)]
  .filter((element) => !hidden(element))
  .map((element) => ({ element, box: seen(element) }))
  .filter(({ box }) => box.width > 1 && box.height > 1);

boxes.forEach(({ element, box }, i) => {
  if (box.left < -1 || box.right > innerWidth + 1) problems.push(`${named(element)} leaves the page sideways`);
  for (const other of boxes.slice(i + 1)) {
    if (element.contains(other.element) || other.element.contains(element)) continue;
    const width = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left);
    const height = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top);
    if (width > 1 && height > 1) problems.push(`${named(element)} overlaps ${named(other.element)}`);
  }
});

for (const { element, box } of boxes) {
  if (element.matches("button, input") && (box.height < 24 || box.width < 24)) problems.push(`${named(element)} is small`);
  if (element.matches("button, a") && element.scrollWidth > element.clientWidth + 1) problems.push(`${named(element)} is cut`);
  if (element.matches("input, textarea, button") && !(element.labels?.length || element.ariaLabel || element.textContent)) {
    problems.push(`${named(element)} has no name`);
  }
}

// Contrast of texts, as WCAG counts it
const channels = (color) => color.match(/[\d.]+/g).map(Number);
const light = (value) => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([r, g, b]) => 0.2126 * light(r) + 0.7152 * light(g) + 0.0722 * light(b);

function background(element) {
  for (let at = element; at; at = at.parentElement) {
    const color = channels(getComputedStyle(at).backgroundColor);
    if (color[3] !== 0) return color;
  }
  return [255, 255, 255];
}

for (const { element } of boxes) {
  const own = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.data.trim());
  if (!own && !element.value) continue;
  if (element.disabled) continue;
  const [a, b] = [luminance(channels(getComputedStyle(element).color)), luminance(background(element))];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) problems.push(`${named(element)} has a contrast of ${contrast.toFixed(1)}`);
}
return problems;
