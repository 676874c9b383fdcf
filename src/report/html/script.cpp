#include "report/html/parts.h"

namespace palier::report::page {

// Searching and counting in the case matrix, and the filter kept in the address (#filter=fail).
// Without it the radio buttons still filter, by style sheet.
const std::string_view k_script = R"js(
(function () {
  var table = document.getElementById('matrix-table');
  if (!table) return;
  var rows = Array.prototype.slice.call(table.tBodies[0].rows);
  var radios = document.querySelectorAll('input[name=filter]');
  var search = document.getElementById('matrix-search');
  var count = document.getElementById('matrix-count');
  search.parentNode.hidden = false;
  function chosen() {
    for (var i = 0; i < radios.length; i++) if (radios[i].checked) return radios[i].value;
    return 'all';
  }
  function update() {
    var filter = chosen(), words = search.value.toLowerCase(), shown = 0;
    rows.forEach(function (row) {
      var kept = filter === 'all' || row.classList.contains(filter);
      var found = !words || row.textContent.toLowerCase().indexOf(words) >= 0;
      row.hidden = !found;
      if (kept && found) shown++;
    });
    count.textContent = count.dataset.text.replace('##', rows.length).replace('#', shown);
  }
  var wanted = /filter=(all|fail|diff)/.exec(location.hash);
  if (wanted) document.getElementById('filter-' + wanted[1]).checked = true;
  radios.forEach(function (radio) {
    radio.addEventListener('change', function () {
      history.replaceState(null, '', '#filter=' + chosen());
      update();
    });
  });
  search.addEventListener('input', update);
  update();
})();
)js";

}  // namespace palier::report::page
