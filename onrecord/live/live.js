// Load the page anew when it has been made again. Only the server of `make live` sends this script.
(() => {
  const { page, state } = document.currentScript.dataset;
  const question = `/.live?${new URLSearchParams({ page, state })}`;
  async function wait() {
    try {
      const answer = await fetch(question);
      if (answer.ok && (await answer.text())) return location.reload();
    } catch {
      await new Promise((again) => setTimeout(again, 1000)); // the server is not there
    }
    return wait();
  }
  wait();
})();
