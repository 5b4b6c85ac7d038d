// What a mark stands for, where it is pointed at or touched.  Without this the page is whole: the data stand below each chart.
const tip = document.getElementById("tip");
document.addEventListener("pointerover", (event) => {
  const mark = event.target.closest("[data-tip]");
  tip.hidden = !mark;
  if (!mark) return;
  tip.textContent = mark.dataset.tip;
  const at = mark.getBoundingClientRect();
  const left = Math.min(Math.max(at.left + at.width / 2 - tip.offsetWidth / 2, 8), document.documentElement.clientWidth - tip.offsetWidth - 8);
  const above = at.top - tip.offsetHeight - 6;
  tip.style.left = `${left}px`;
  tip.style.top = `${above < 4 ? at.bottom + 6 : above}px`;
});
for (const leaving of ["keydown", "wheel", "touchmove"]) {
  document.addEventListener(leaving, () => { tip.hidden = true; }, { passive: true });
}
