"""Tables, migrations, transactions and what an actor may see."""
