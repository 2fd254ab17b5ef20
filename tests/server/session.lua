-- What a user does in Neovim, from 0.7 on: open orders.py, read the diagnostic, choose the code action, write all files.
-- Writes what there was to see to session.json.

local seen = {}

local function await(what, is_there)
  if not vim.wait(60000, is_there, 20) then
    error("waited in vain for " .. what)
  end
end

local function session()
  vim.cmd("filetype on")
  vim.cmd("edit orders.py")
  await("a diagnostic", function() return #vim.diagnostic.get(0) > 0 end)
  local found = vim.diagnostic.get(0)[1]
  seen.diagnostic = { line = found.lnum, column = found.col, code = found.code, source = found.source, message = found.message }

  vim.ui.select = function(items, _, choose)
    seen.titles = vim.tbl_map(function(item) return (item.action or item[2]).title end, items)
    choose(items[1], 1)
  end
  vim.api.nvim_win_set_cursor(0, { found.lnum + 1, found.col })
  vim.lsp.buf.code_action()
  await("the edit", function() return vim.fn.getline(4):match("^async def") end)
  await("the diagnostic to go", function() return #vim.diagnostic.get(0) == 0 end)
  vim.cmd("wall")

  vim.cmd("edit main.py") -- the other file of the edit: nothing is left to say of it
  await("all diagnostics to go", function() return #vim.diagnostic.get(nil) == 0 end)
end

local fine, problem = pcall(session)
seen.problem = not fine and tostring(problem) or nil
local file = io.open("session.json", "w")
file:write(vim.fn.json_encode(seen))
file:close()
vim.cmd("qall!")
